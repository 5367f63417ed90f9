import { PHILOX } from "../rng.ts";

/**
 * WGSL of the counter-based generator: `philox(counter, key)` gives four integers, `uniforms4(bits)` four uniforms in
 * (0, 1) and `normals4(bits)` four standard normals out of them. The integers are those of rng.ts, bit for bit.
 * Logarithm and sine are polynomials of our own, since WGSL allows its built-ins an error of 2^-11; these stay within
 * 1e-6 of the host's double precision.
 */
export const PHILOX_WGSL = `
fn mulHigh(a : u32, b : u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let cross = aHigh * bLow + ((aLow * bLow) >> 16u);
  let middle = aLow * bHigh + (cross & 0xffffu);
  return aHigh * bHigh + (cross >> 16u) + (middle >> 16u);
}

fn philox(counter : vec4<u32>, key : vec2<u32>) -> vec4<u32> {
  var x = counter;
  var k = key;
  for (var round = 0; round < ${PHILOX.rounds}; round++) {
    x = vec4<u32>(
      mulHigh(${PHILOX.M1}u, x.z) ^ x.y ^ k.x, ${PHILOX.M1}u * x.z,
      mulHigh(${PHILOX.M0}u, x.x) ^ x.w ^ k.y, ${PHILOX.M0}u * x.x);
    k = k + vec2<u32>(${PHILOX.W0}u, ${PHILOX.W1}u);
  }
  return x;
}

// (i + 0.5) / 2^32, rounded to f32.
fn unit(i : u32) -> f32 { return f32(i >> 8u) * 0x1p-24 + (f32(i & 255u) + 0.5) * 0x1p-32; }

// -ln((i + 0.5) / 2^32) = -(ln m + e ln 2), m in [sqrt(1/2), sqrt 2) by the series of atanh. m - 1 comes from
// integers: near u = 1 the radius is the root of it, and a rounded u would cost four digits.
fn minusLog(i : u32) -> f32 {
  let zeros = countLeadingZeros(i);
  if (zeros == 32u) { return 22.873857; } // 33 ln 2
  let mantissa = i << zeros;
  let half = bitcast<f32>((126u + zeros) << 23u); // 2^(zeros - 1)
  var exponent = -f32(zeros + 1u);
  var f = (f32(mantissa - 0x80000000u) + half) * 0x1p-31;
  if (f > 0.41421356) {
    exponent += 1.0;
    f = -(f32(0u - mantissa) - half) * 0x1p-32;
  }
  let s = f / (2.0 + f);
  let z = s * s;
  let series = 2.0 * s *
    (1.0 + z * (0.333333333 + z * (0.2 + z * (0.142857143 + z * (0.111111111 + z * 0.0909090909)))));
  return -(series + exponent * 0.693147182);
}

// cos and sin of 2 pi (i + 0.5) / 2^32: quadrant from the top bits, Taylor on [-pi/4, pi/4].
fn circle(i : u32) -> vec2<f32> {
  let quadrant = (i + 0x20000000u) >> 30u;
  let offset = bitcast<i32>(i - (quadrant << 30u));
  let a = (f32(offset) + 0.5) * 1.46291808e-9; // 2 pi / 2^32
  let z = a * a;
  let c = 1.0 + z * (-0.5 + z * (0.0416666667 + z * (-0.00138888889 + z * (2.48015873e-5 - z * 2.75573192e-7))));
  let s = a * (1.0 + z * (-0.166666667 + z * (0.00833333333 + z * (-0.000198412698 + z * (2.75573192e-6 - z * 2.50521084e-8)))));
  if (quadrant == 0u) { return vec2<f32>(c, s); }
  if (quadrant == 1u) { return vec2<f32>(-s, c); }
  if (quadrant == 2u) { return vec2<f32>(-c, -s); }
  return vec2<f32>(s, -c);
}

fn uniforms4(bits : vec4<u32>) -> vec4<f32> {
  return vec4<f32>(unit(bits.x), unit(bits.y), unit(bits.z), unit(bits.w));
}

fn normals4(bits : vec4<u32>) -> vec4<f32> {
  return vec4<f32>(
    sqrt(2.0 * minusLog(bits.x)) * circle(bits.y),
    sqrt(2.0 * minusLog(bits.z)) * circle(bits.w));
}
`;

"""Trains three small tokenizers on text of our own and writes what Python's `tokenizers` makes of 1,000 strings.

    python generate.py > oracle.json                    (needs tokenizers)

    python generate.py tokenizer.json > ids.json        (the same strings by another tokenizer)
"""

import json
import random
import sys

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SEED, COUNT = 11, 1000

WORDS = """the a of and to in is was for on that with as it by at from are this an be or which have one you not their
has all can more when new its two time first other many training sample noise model pooled output repeat aggregate
logits gradient learning rate token sentence picture window garden river bridge letter music winter summer kitchen
coffee teacher train station parcel weather machine colour number question answer city street morning evening""".split()
PHRASES = [
    "今天天气很好，我们去公园散步吧。", "机器学习模型需要大量的数据。", "中文和English混在一起，价格是三百元！", "𠀀𠀁𪚥 是罕见的汉字",
    "東京都の天気は晴れです。ひらがなとカタカナ", "안녕하세요 세계", "한국어 문장", "مرحبا بالعالم، كيف حالك اليوم؟", "السَّلَامُ عَلَيْكُمْ",
    "שלום עולם", "Привет, мир! Ёлка и йод", "ΟΔΥΣΣΕΥΣ και Πηνελόπη ΣΑΣ", "नमस्ते दुनिया", "สวัสดีชาวโลก", "Xin chào thế giới",
    "İstanbul'da ışık", "Straße, GROẞ und Öl", "Ångström café naïve façade Žluťoučký kůň", "ﬁne ﬂow ½ ² Ⅷ ①", "ＦＵＬＬ ｗｉｄｔｈ",
]
EMOJI = ["😀", "👍🏽", "👩‍👩‍👧‍👦", "🇩🇪", "1️⃣", "❤️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☃", "🤦🏿‍♂️", "©", "™", "🫠"]
ODD = ["\x00", "\x01", "\x07", "\x1f", "\x7f", "\x85", "\xa0", "\xad", "\u200b", "\u200d", "\u200e", "\u2028", "\u2029",
       "\u202e", "\u3000", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\ue000", "\U000f0000", "\u0378", "\U0001fffe", "\t", "\n",
       "\r\n", "\v", "\f", "\u180e", "\u2060"]
MARKS = ["e\u0301", "a\u0308\u0323", "o\u0302\u0300", "Z\u0351\u036b\u0343", "\u0301", "n\u0303", "\u1100\u1161\u11a8",
         "\u0915\u094d\u0937", "I\u0307", "\u20dd", "x\u20d7", "\u0e01\u0e33", "\u05d0\u05b8", "q\u0323\u0307", "\u1e9b\u0323"]
SPECIAL = ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "<s>", "</s>", "<mask>", "<pad>", "<unk>", "<|endoftext|>"]
PUNCTUATION = list("""!"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~""") + ["—", "–", "…", "“", "”", "«", "»", "。", "、", "；", "¿", "§", "°", "€"]
CONTRACTIONS = ["don't", "I'll", "we've", "she's", "they'd", "I'm", "you're", "DON'T", "I'LL", "WE'VE", "it’s", "'tis", "rock'n'roll"]


def cased(rng, word):
    return rng.choice([word, word, word, word.capitalize(), word.upper(), "".join(rng.choice([c, c.upper()]) for c in word)])


def sentence(rng, length):
    words = [cased(rng, rng.choice(WORDS)) for _ in range(length)]
    return rng.choice([" ", " ", " ", "  ", " \t"]).join(words) + rng.choice(["", ".", "!", "?", "...", " "])


def any_characters(rng, low, high, length):
    points = (rng.randrange(low, high) for _ in range(length))
    return "".join(chr(p) for p in points if not 0xD800 <= p <= 0xDFFF)


def number(rng):
    return rng.choice([str(rng.randrange(10**6)), f"{rng.random() * 1000:,.3f}", f"-{rng.randrange(100)}%", f"${rng.randrange(10**4)}",
                       f"{rng.randrange(24)}:{rng.randrange(60):02}", f"1e-{rng.randrange(9)}", f"v{rng.randrange(9)}.{rng.randrange(9)}"])


def mixture(rng):
    makers = [lambda: cased(rng, rng.choice(WORDS)), lambda: rng.choice(PHRASES), lambda: rng.choice(EMOJI), lambda: rng.choice(ODD),
              lambda: rng.choice(MARKS), lambda: rng.choice(PUNCTUATION), lambda: rng.choice(CONTRACTIONS), lambda: number(rng), lambda: " "]
    return "".join(rng.choice(makers)() for _ in range(rng.randrange(1, 10)))


def strings():
    """1,000 strings: plain ones, every odd character alone and between letters, mixtures, any code points, long ones."""
    rng = random.Random(SEED)
    listed = ["", " ", "  ", "\n\n\n", "a", " a", "a ", *PHRASES, *EMOJI, *CONTRACTIONS, *PUNCTUATION, *MARKS]
    for odd in ODD:
        listed += [odd, f"a{odd}b", f" {odd} "]
    for special in SPECIAL:
        listed += [special, f"see {special} here", f"x{special}y"]
    listed += ["x" * 99, "x" * 100, "x" * 101, "é" * 101, "好" * 300, "!" * 300, "a b " * 400, sentence(rng, 600), "\u0301" * 150]
    while len(listed) < COUNT:
        kind = rng.randrange(8)
        if kind < 2:
            listed.append(sentence(rng, rng.randrange(1, 16)))
        elif kind < 6:
            listed.append(mixture(rng))
        elif kind == 6:
            listed.append(any_characters(rng, 1, 0x3000, rng.randrange(1, 12)))
        else:
            listed.append(any_characters(rng, 1, 0x110000, rng.randrange(1, 8)) + any_characters(rng, 0x20, 0x500, 5))
    assert len(listed) == COUNT
    return listed


def corpus():
    rng = random.Random(SEED + 1)
    return PHRASES * 5 + [sentence(rng, 12) for _ in range(400)] + [mixture(rng) for _ in range(300)] + EMOJI + MARKS + PUNCTUATION


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(corpus(), trainers.WordPieceTrainer(vocab_size=1500, special_tokens=special, show_progress=False))
    ids = [(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ids)
    return tokenizer


def byte_level(special):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=1000, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def roberta():
    tokenizer = byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    ids = [(name, tokenizer.token_to_id(name)) for name in ("</s>", "<s>")]
    tokenizer.post_processor = processors.RobertaProcessing(*ids, trim_offsets=True, add_prefix_space=False)
    return tokenizer


def gpt2():
    tokenizer = byte_level(["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def ids_of(tokenizer, texts):
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


texts = strings()
if len(sys.argv) > 1:
    made = {"texts": texts, "ids": ids_of(Tokenizer.from_file(sys.argv[1]), texts)}
else:
    trained = {"bert": word_piece(), "gpt2": gpt2(), "roberta": roberta()}
    made = {
        "texts": texts,
        "tokenizers": {name: json.loads(tokenizer.to_str()) for name, tokenizer in trained.items()},
        "ids": {name: ids_of(tokenizer, texts) for name, tokenizer in trained.items()},
    }
print(json.dumps(made, separators=(",", ":")))

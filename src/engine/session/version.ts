import { version } from "../../../package.json";

/** The studio's version, as run records state it. */
export const VERSION: string = version;

import { cargoEnv, targetDir } from "../../scripts/lib/cargo.mjs";

/**
 * Where these tests are built. The crate's own library has the same file name whatever its features and the crates
 * below it are, so in one folder with the crate's tests each would replace the other's.
 */
export const target = `${targetDir()}/rust-peers`;

/** The environment for cargo. */
export const env = cargoEnv({ CARGO_TARGET_DIR: target });

//! `wasm-bindgen-test-runner`, at exactly the version that the crate links: what
//! `cargo test --target wasm32-unknown-unknown` runs, named in `.cargo/config.toml`.

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

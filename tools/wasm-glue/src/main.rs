//! Writes the JavaScript that connects a module to its host, as `wasm-bindgen --target bundler` does:
//! `wasm-glue INPUT OUT_NAME OUT_DIR`.
//!
//! It is at exactly the version that the crate links: there is nothing to install, and nothing to
//! mismatch.

use std::env;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [input, out_name, out_dir] = arguments.as_slice() else {
        eprintln!("usage: wasm-glue INPUT OUT_NAME OUT_DIR");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    let written = bindgen.bundler(true).and_then(|bindgen| {
        bindgen.input_path(input).out_name(out_name).typescript(true).generate(out_dir)
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

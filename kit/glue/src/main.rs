//! `glue MODULE.wasm FOLDER`: writes `widgets.js` and `widgets_bg.wasm` into the folder, whatever the
//! module's name is.
//!
//! What the `wasm-bindgen` tool does, as a program of this workspace, so that nobody installs a
//! tool. It is a crate of its own because it takes half a minute to build and the command must not
//! wait for it: the page is up before.

use anyhow::{Context, Result};
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (wasm, folder) = args.next().zip(args.next()).context("usage: glue MODULE.wasm FOLDER")?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&wasm)
        .out_name("widgets") // what a page loads
        .web(true)?
        .omit_default_module_path(false) // the page needs not know where the .wasm is
        .typescript(false)
        // Names and producers are for debuggers and cost as much as the code.
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.generate(&folder).with_context(|| format!("no glue for {}", wasm.display()))
}

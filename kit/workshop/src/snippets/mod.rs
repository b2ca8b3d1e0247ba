//! Runnable snippets, compiled to WebAssembly.

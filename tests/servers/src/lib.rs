//! Nothing: what is here are servers in other languages, and the tests that judge them.

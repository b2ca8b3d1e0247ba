//! The contract, which the lab and its solution share.

extern crate solution_00 as lab;

#[path = "../../../tests/lab_00.rs"]
mod steps;

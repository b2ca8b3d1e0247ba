//! The contract, which the lab and its solution share.

extern crate solution_01 as lab;

#[path = "../../../tests/lab_01.rs"]
mod steps;

//! The contract, which the lab and its solution share.

extern crate lab_03 as lab;

#[path = "../../../tests/lab_03.rs"]
mod steps;

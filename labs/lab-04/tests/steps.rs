//! The contract, which the lab and its solution share.

extern crate lab_04 as lab;

#[path = "../../../tests/lab_04.rs"]
mod steps;

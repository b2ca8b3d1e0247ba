fn main() {
    println!("before");
    loop {
        std::hint::black_box(0);
    }
}

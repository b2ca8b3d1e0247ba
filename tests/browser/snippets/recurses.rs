fn deeper(n: u64) -> u64 {
    if n == u64::MAX { 0 } else { std::hint::black_box(deeper(n + 1)) + 1 }
}

fn main() {
    println!("{}", deeper(std::hint::black_box(0)));
}

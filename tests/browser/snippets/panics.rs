fn main() {
    let readings: Vec<f32> = Vec::new();
    println!("before");
    println!("{}", readings[2]);
}

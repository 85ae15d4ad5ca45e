//! What the fuzz targets check, of their seeds and of what they found.
#![expect(clippy::expect_used, reason = "a check fails by panicking")]

mod decode;
mod reader;

use std::fs;
use std::path::Path;

/// Runs a check over a target's seeds, and its findings where there are any.
#[expect(clippy::print_stdout, reason = "a test that fails names its input")]
fn replay(target: &str, check: fn(&[u8])) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = fs::read_dir(here.join("../../fuzz/seeds").join(target)).unwrap();
    let found = fs::read_dir(here.join("tests/data/fuzz").join(target)).into_iter().flatten();
    for entry in seeds.chain(found) {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        check(&fs::read(path).unwrap());
    }
}

#[test]
fn the_decode_target_is_content_with_its_seeds_and_findings() {
    replay("decode", decode::check);
}

#[test]
fn the_reader_target_is_content_with_its_seeds_and_findings() {
    replay("reader", reader::check);
    replay("decode", reader::check);
}

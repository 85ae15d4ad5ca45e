//! What the fuzz target checks, of all seeds and of what it found.
#![expect(clippy::expect_used, reason = "a check fails by panicking")]

mod page;

use std::fs;

use crate::support::path;

#[test]
fn the_page_target_is_content_with_all_seeds_and_findings() {
    let seeds = ["page", "reader", "decode"].map(|target| path("../../fuzz/seeds").join(target));
    let seeds = seeds.into_iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let found = fs::read_dir(path("tests/data/fuzz/page")).into_iter().flatten();
    for entry in seeds.chain(found) {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        page::check(&fs::read(path).unwrap());
    }
}

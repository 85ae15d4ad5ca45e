//! docs/benchmarks.md: one section a benchmark.

use std::fs;

use crate::process::{Call, root};

const HEAD: &str = "# Benchmarks

All figures of a table come from one run on one machine; compare the ratios, not the times.
Each command prints its table; with `--write` it replaces the table here.
";

/// Replaces the section of a benchmark, or adds it.
pub(super) fn write(name: &str, table: &str) -> Result<(), String> {
    let path = root().join("docs/benchmarks.md");
    let old = fs::read_to_string(&path).unwrap_or_else(|_| HEAD.to_owned());
    let section = format!("## {name}\n\n`cargo xtask bench {name}`, {}.\n\n{}\n", machine(), table.trim());
    fs::write(&path, with_section(&old, name, &section))
        .map_err(|cause| format!("cannot write {}: {cause}", path.display()))
}

fn with_section(text: &str, name: &str, section: &str) -> String {
    let mut parts: Vec<String> = text.split("\n## ").map(str::to_owned).collect();
    let head = parts.remove(0);
    let mut sections: Vec<String> = parts.into_iter().map(|part| format!("## {part}")).collect();
    sections.retain(|part| part.lines().next() != Some(&format!("## {name}")));
    sections.push(section.to_owned());
    sections.sort();
    let all = std::iter::once(head).chain(sections);
    all.map(|part| part.trim_end().to_owned()).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// The machine in a few words.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, name)| name);
    let compiler = Call::new("rustc --version").output().unwrap_or_default();
    let compiler = compiler.split(" (").next().unwrap_or_default().to_owned();
    format!("{cores} cores of {model}, {} {}, {compiler}", std::env::consts::OS, std::env::consts::ARCH)
}

#[cfg(test)]
mod tests {
    use super::with_section;

    #[test]
    fn a_section_is_replaced_and_the_others_stay() {
        let text = "# Benchmarks\n\nWords.\n\n## a\n\nold\n\n## c\n\nkept\n";
        let text = with_section(text, "a", "## a\n\nnew\n");
        let text = with_section(&text, "b", "## b\n\nadded\n");
        assert_eq!(text, "# Benchmarks\n\nWords.\n\n## a\n\nnew\n\n## b\n\nadded\n\n## c\n\nkept\n");
    }
}

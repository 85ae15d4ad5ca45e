//! Text as agents read and write it: prose in several scripts, code, logs, markup.

use std::fmt::Write as _;

use super::script::Script;

const NOUNS: [&str; 14] = [
    "account", "buffer", "channel", "document", "envelope", "filter", "gateway", "invoice", "journal", "key",
    "listener", "message", "node", "offset",
];
const VERBS: [&str; 10] =
    ["apply", "build", "check", "decode", "emit", "fetch", "group", "index", "merge", "parse"];
const EXTENSIONS: [&str; 5] = ["rs", "ts", "py", "toml", "md"];

/// A word for a thing.
pub(crate) fn noun(script: &mut Script) -> &'static str {
    script.pick(&NOUNS)
}

/// A function's name.
pub(crate) fn function(script: &mut Script) -> String {
    format!("{}_{}", script.pick(&VERBS), script.pick(&NOUNS))
}

/// A source file's path.
pub(crate) fn path(script: &mut Script) -> String {
    let number = script.between(1, 40);
    let (folder, file) = (noun(script), function(script));
    format!("src/{folder}/{file}_{number}.{}", script.pick(&EXTENSIONS))
}

/// So many lines.
pub(crate) fn lines(script: &mut Script, count: usize) -> String {
    let mut text = String::with_capacity(count * 64);
    for index in 0..count {
        if index > 0 {
            text.push('\n');
        }
        line(script, &mut text);
    }
    text
}

/// One short sentence.
pub(crate) fn sentence(script: &mut Script) -> String {
    let mut text = String::new();
    prose(script, &mut text);
    text
}

fn line(script: &mut Script, text: &mut String) {
    if script.chance(45) { prose(script, text) } else { code(script, text) }
}

fn prose(script: &mut Script, text: &mut String) {
    let (thing, task) = (noun(script), function(script));
    let count = script.between(2, 9999);
    // Writing to a string cannot fail.
    let _ = match script.between(0, 9) {
        0 => write!(text, "Next I open {task} and look at how the {thing} is set up (step {count})."),
        1 => write!(text, "The {thing} test fails after {count} ms, so the timeout is too short."),
        2 => write!(text, "Two callers of {task} rely on the old order; {count} do not."),
        3 => write!(text, "Der {thing} wurde geprüft, {count} Einträge sind größer als nötig."),
        4 => write!(text, "Le {thing} n° {count} a été vérifié à l'étape précédente."),
        5 => write!(text, "{thing} を {count} 件確認しました。次の変更に進みます。"),
        6 => write!(text, "Файл {thing} прочитан, строк: {count}."),
        7 => write!(text, "تمت قراءة {thing} بنجاح ({count})"),
        8 => write!(text, "✅ {task} is green again, {count} cases 🎉"),
        _ => write!(text, "Changing {task} is safe because nothing else keeps a {thing} ({count})."),
    };
}

fn code(script: &mut Script, text: &mut String) {
    let (thing, task, file) = (noun(script), function(script), path(script));
    let (count, other) = (script.between(2, 9999), script.between(1, 900));
    let _ = match script.between(0, 9) {
        0 => write!(text, "    let {thing} = self.{task}({count})?;"),
        1 => {
            write!(text, "\tif ({thing}.size > {count}) {{ throw new RangeError(`{task}: ${{{thing}}}`); }}")
        }
        2 => write!(text, "{file}:{other}:    fn {task}(&mut self, {thing}: &str) -> Option<u32> {{"),
        3 => write!(text, "-    {task}({count});\n+    {task}({count}, {thing}.as_ref());"),
        4 => write!(
            text,
            "2026-01-05 08:{:02}:{:02} WARN {thing}: {task} took {count} ms",
            other % 60,
            count % 60
        ),
        5 => write!(text, "{{\"{thing}\":{count},\"path\":\"{file}\",\"ok\":{}}}", count % 3 > 0),
        6 => write!(text, "<li class=\"{thing}\"><a href=\"#{task}\">{thing} &amp; {count}</a></li>"),
        7 => write!(text, "UPDATE {thing}s SET state = 'done' WHERE id = {count} AND owner <> '{task}';"),
        8 => write!(text, "test {thing}::{task} ... FAILED (left: {count}, right: {other})"),
        _ => write!(
            text,
            "error[E{other:04}]: no method `{task}` on `{thing}`\n  --> {file}:{other}:{}",
            count % 80
        ),
    };
}

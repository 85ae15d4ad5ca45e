//! Misspelt commands.

use clap::CommandFactory as _;

use super::args::Cli;

/// The command that `word` is close to, if any.
pub(super) fn suggestion(word: &str) -> Option<String> {
    let cli = Cli::command();
    let commands = cli.get_subcommands().map(|command| command.get_name().to_owned());
    let close = commands.map(|name| (strsim::damerau_levenshtein(&name, &word.to_lowercase()), name));
    close.filter(|(distance, name)| distance * 3 <= name.len().max(3)).min().map(|(_, name)| name)
}

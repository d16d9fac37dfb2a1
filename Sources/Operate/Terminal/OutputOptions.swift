internal import ArgumentParser

/// For every command whose answer a script may want.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Answer in JSON, one object a line. Ids are strings.")
    var json = false
}

/// For every command that may take longer than a second.
struct ProgressOptions: ParsableArguments {
    @Flag(name: .long, help: "Report progress on standard error even where that is no terminal.")
    var progress = false
}

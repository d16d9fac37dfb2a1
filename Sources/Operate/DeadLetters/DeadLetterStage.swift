internal import ArgumentParser
internal import StatuscastModel

/// A step that puts dead letters aside, as a command line names it.
struct DeadLetterStage: ExpressibleByArgument {
    let rawValue: String

    static let allValueStrings =
        [Topics.Group.judge] + Lane.all.map(Topics.Group.spread)
        + [Topics.Group.notify, Topics.Group.store, Topics.Group.deliver]

    init?(argument: String) {
        guard Self.allValueStrings.contains(argument) else { return nil }
        rawValue = argument
    }
}

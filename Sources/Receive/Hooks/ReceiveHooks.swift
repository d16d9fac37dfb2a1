internal import SocialGraph
internal import StatuscastModel

/// All hooks in their order: the strictest decision wins, refusal over holding over acceptance.
struct ReceiveHooks: Sendable {
    struct Outcome: Sendable {
        var decision: ReceiveDecision
        /// The hook that refused or held it.
        var hook: String?
    }

    private var hooks: [any ReceiveHook]

    var names: [String] { hooks.map(\.name) }

    init(_ hooks: [any ReceiveHook] = []) { self.hooks = hooks }

    init(_ settings: ReceiveHookSettings, termList: TermListFile?, spam: LiveSpamRules) {
        let count = settings.rememberedMax
        hooks = []
        if let termList { hooks.append(TermListHook(file: termList)) }
        if settings.postsPerMinute > 0 {
            hooks.append(
                AuthorRateHook(perMinute: settings.postsPerMinute, burst: settings.postsBurst, countMax: count))
        }
        if settings.duplicateMilliseconds > 0 {
            hooks.append(DuplicateTextHook(milliseconds: settings.duplicateMilliseconds, countMax: count))
        }
        // Also where it is off: it may be switched on later.
        hooks.append(SpamHook(rules: spam, countMax: count))
    }

    /// Decides on a draft, and remembers it unless it is refused. An operator's word passes every hook.
    mutating func decide(on draft: StatusDraft, knowing directory: AuthorDirectory) -> Outcome {
        guard !hooks.isEmpty, !draft.isApproved else { return Outcome(decision: .accept()) }
        let context = ReceiveContext(of: draft, knowing: directory)
        var actions: [RouteAction] = []
        var held: Outcome?
        for hook in hooks {
            switch hook.decision(on: draft, in: context) {
            case .accept(let more): actions += more
            case .hold(let reason):
                held = held ?? Outcome(decision: .hold("\(hook.name): \(reason)"), hook: hook.name)
            case .refuse(let reason): return Outcome(decision: .refuse("\(hook.name): \(reason)"), hook: hook.name)
            }
        }
        for index in hooks.indices { hooks[index].remember(draft, in: context) }
        return held ?? Outcome(decision: .accept(actions))
    }

    /// Decides on a new version by what it says, and remembers nothing: it is no further status of its author's.
    /// Nothing waits for an operator while the first version is shown, so what would be held is refused.
    func decide(onEdit draft: StatusDraft, knowing directory: AuthorDirectory) -> Outcome {
        let hooks = hooks.filter(\.judgesEdits)
        guard !hooks.isEmpty else { return Outcome(decision: .accept()) }
        let context = ReceiveContext(of: draft, knowing: directory)
        for hook in hooks {
            switch hook.decision(on: draft, in: context) {
            case .accept: continue
            case .hold(let reason), .refuse(let reason):
                return Outcome(decision: .refuse("\(hook.name): \(reason)"), hook: hook.name)
            }
        }
        return Outcome(decision: .accept())
    }
}

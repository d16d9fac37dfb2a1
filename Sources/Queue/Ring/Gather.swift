/// Runs `body` for all indices at the same time; the results in the order of the indices.
func gather<Answer: Sendable>(
    _ indices: Range<Int>, _ body: @escaping @Sendable (Int) async throws(QueueError) -> Answer
) async -> [Result<Answer, QueueError>] {
    await withTaskGroup(of: (Int, Result<Answer, QueueError>).self) { group in
        for index in indices {
            group.addTask {
                do throws(QueueError) {
                    return (index, .success(try await body(index)))
                } catch {
                    return (index, .failure(error))
                }
            }
        }
        var answers: [(Int, Result<Answer, QueueError>)] = []
        for await answer in group { answers.append(answer) }
        return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

import AgentEvents
import EventDecoding
import EventStorage
import LogTailing
import Pricing

/// Reads posts into batches and commits them.
actor PostWriter {
    private let store: any EventStore
    private let render: @Sendable (PostProgress) -> String
    private var reader: BatchReader<PostQueue>?
    /// Where the source of posts stands; `nil` where the store has to be asked.
    private var position: SourcePosition?

    /// How often another process may come first before a post is given up.
    private static let maxCollisions = 8

    init(store: any EventStore, render: @escaping @Sendable (PostProgress) -> String) {
        self.store = store
        self.render = render
    }

    /// Stores the next part of a post; gives the answer once all of it is stored.
    ///
    /// - Throws: `EventIngestService.Refusal`, `StoreError`
    func storePart(of post: inout PendingPost) async throws -> EventIngestService.Answer? {
        if let answer = try takeReceipt(of: &post) { return answer }
        do {
            let answer = try await commitPart(of: &post)
            return answer.map { EventIngestService.Answer(text: $0, isRepeat: false) }
        } catch let error as StoreError where error.code == .moved {
            // Another process takes posts, too: go on from where it is now.
            position = nil
            post.collisions += 1
            if post.collisions == Self.maxCollisions { throw error }
            return nil
        }
    }

    /// Goes on from what is stored under a post's key; gives the answer where that is all of it.
    private func takeReceipt(of post: inout PendingPost) throws -> EventIngestService.Answer? {
        guard let key = post.key, let stored = try store.receipt(key: key.name) else { return nil }
        guard stored.bodyHash == key.bodyHash else { throw EventIngestService.Refusal.keyReused }
        switch stored.state {
        case .whole(let answer): return EventIngestService.Answer(text: answer, isRepeat: true)
        case .partial(let progress): post.progress = try PostProgress(text: progress)
        }
        return nil
    }

    /// Commits the next batch of a post's lines; gives the answer where it was the last.
    private func commitPart(of post: inout PendingPost) async throws -> String? {
        let now = SystemClock.now()
        let place = try position ?? self.place()
        let reader = try self.reader ?? makeReader(now: now)
        self.reader = reader
        await reader.advance(to: now)
        await reader.load(post.body, from: Int(post.progress.bytes), at: place)
        guard var batch = await reader.next()?.batch, let source = batch.sources.first else {
            preconditionFailure("a loaded post makes a batch")
        }
        let (end, isWhole) = await reader.withQueue { ($0.taken, $0.isAtEnd) }
        let before = post.progress
        let after: @Sendable (CommitReport) -> PostProgress = { report in
            var progress = before
            progress.add(source, report, upTo: end)
            return progress
        }
        let render = render
        batch.receipt = post.key.map { key in
            PostReceipt(
                key: key.name,
                bodyHash: key.bodyHash,
                startOffset: before.bytes,
                endOffset: Int64(end),
                state: { report in
                    let progress = after(report)
                    return isWhole
                        ? .whole(answer: render(progress)) : .partial(progress: try progress.text())
                }
            )
        }
        let report = try store.commit(batch, now: now)
        position = source.position
        post.progress = after(report)
        return isWhole ? render(post.progress) : nil
    }

    private func place() throws -> SourcePosition {
        let known = try store.positions().filter { $0.path == EventIngestService.path }
        if let newest = known.max(by: { $0.generation < $1.generation }) { return newest }
        var position = SourcePosition(path: EventIngestService.path)
        position.identity = "posts"
        return position
    }

    private func makeReader(now: Timestamp) throws -> BatchReader<PostQueue> {
        BatchReader(
            queue: PostQueue(),
            limit: .posted,
            prices: PriceTable(prices: try store.prices()),
            options: DecodingOptions(keepContent: false, now: now)
        )
    }
}

extension BatchReader where Queue == PostQueue {
    /// Reads a body next, from a byte on.
    fileprivate func load(_ body: PostedBytes, from start: Int, at position: SourcePosition) {
        withQueue { $0.load(body, from: start, at: position) }
    }
}

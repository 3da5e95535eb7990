package import AgentEvents
package import EventStorage

/// A page or a file that another target renders: how the server is told of it.
package struct PageRoute: Sendable {
    /// What is sent.
    package struct Content: Sendable {
        package var contentType: String
        package var bytes: [UInt8]

        /// 200, or 400 for a page that says what was wrong with its address.
        package var isFine: Bool

        package init(contentType: String, bytes: [UInt8], isFine: Bool = true) {
            self.contentType = contentType
            self.bytes = bytes
            self.isFine = isFine
        }
    }

    package var path: String
    /// Whether it is the same for everybody and at any time, so that it needs no token.
    package var isAsset: Bool
    /// Renders it from the address' query, in order and decoded; runs on a reader's thread.
    ///
    /// Throws `ParameterError` where the query makes no sense, and what the store throws.
    package var content:
        @Sendable (
            _ items: [(name: String, value: String)], _ store: any EventStore, _ now: Timestamp
        ) throws -> Content

    package init(
        path: String,
        isAsset: Bool,
        content:
            @escaping @Sendable (
                [(name: String, value: String)], any EventStore, Timestamp
            ) throws -> Content
    ) {
        self.path = path
        self.isAsset = isAsset
        self.content = content
    }
}

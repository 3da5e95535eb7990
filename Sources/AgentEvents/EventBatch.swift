/// An index into the names of a batch.
///
/// 0 is no name.
package struct NameIndex: Sendable, Hashable, RawRepresentable {
    package var rawValue: UInt32
    @inlinable
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let none = NameIndex(rawValue: 0)
    @inlinable package var isNone: Bool { rawValue == 0 }
}

/// An index into the request ids of a batch.
///
/// 0 is no request.
package struct RequestIndex: Sendable, Hashable, RawRepresentable {
    package var rawValue: UInt32
    @inlinable
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let none = RequestIndex(rawValue: 0)
    @inlinable package var isNone: Bool { rawValue == 0 }
}

/// An index into the texts of a batch.
///
/// 0 is no text.
package struct TextIndex: Sendable, Hashable, RawRepresentable {
    package var rawValue: UInt32
    @inlinable
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let none = TextIndex(rawValue: 0)
    @inlinable package var isNone: Bool { rawValue == 0 }
}

/// What a name names.
///
/// Raw values are stored in `names.kind`.
package enum NameKind: UInt8, Sendable, CaseIterable {
    case agent = 1
    case user = 2
    case session = 3
    case model = 4
    case provider = 5
    case tool = 6
    case errorText = 7
    case stopReason = 8
    case breaker = 9
    case event = 10
}

/// Decoded events with the names and texts that they refer to; independent of every other batch.
package struct EventBatch: Sendable {
    package var events: [AgentEvent] = []
    /// Byte 0 of an entry is its `NameKind`, the rest its UTF-8 name.
    package var names = ByteInterner()
    package var requestIDs = ByteInterner()
    package var texts = TextArena()

    package init() {}

    /// The index of a name, which is added where it is new.
    package mutating func name(_ kind: NameKind, _ utf8: UnsafeRawBufferPointer) -> NameIndex {
        NameIndex(rawValue: names.intern(utf8, prefix: kind.rawValue))
    }

    /// The index of a request id, which is added where it is new.
    package mutating func request(_ utf8: UnsafeRawBufferPointer) -> RequestIndex {
        RequestIndex(rawValue: requestIDs.intern(utf8, prefix: nil))
    }

    /// The text of a name, without its kind; `nil` for the index of no name.
    package func name(_ index: NameIndex) -> String? {
        index.isNone ? nil : String(decoding: names[index.rawValue].dropFirst(), as: UTF8.self)
    }

    /// The id as logged; `nil` for the index of no request.
    package func requestID(_ index: RequestIndex) -> String? {
        index.isNone ? nil : String(decoding: requestIDs[index.rawValue], as: UTF8.self)
    }

    /// A text that is not interned; `nil` for the index of no text.
    package func text(_ index: TextIndex) -> String? {
        index.isNone ? nil : String(decoding: texts[index.rawValue], as: UTF8.self)
    }
}

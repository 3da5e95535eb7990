import AgentEvents

/// The events of a batch by request, as slices of one array of indices (a counting sort).
struct RequestGroups {
    private var starts: [Int32]
    private var order: [Int32]

    init(_ events: [AgentEvent], requestCount: Int) {
        starts = [Int32](repeating: 0, count: requestCount + 2)
        for event in events { starts[Int(event.request.rawValue) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        order = [Int32](repeating: 0, count: events.count)
        var next = starts
        for (index, event) in events.enumerated() {
            let request = Int(event.request.rawValue)
            order[Int(next[request])] = Int32(index)
            next[request] += 1
        }
    }

    /// The indices of a request's events, in the order in which they were read.
    subscript(request: Int) -> ArraySlice<Int32> {
        order[Int(starts[request])..<Int(starts[request + 1])]
    }
}

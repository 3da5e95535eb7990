package import EventStorage

/// The events of a request, each below the one that it was done for, as `parent_id` tells.
package struct EventTree: Sendable {
    /// An event with its place in the tree.
    package struct Node: Sendable, Equatable {
        /// Of the event, in the given order.
        package var index: Int
        /// How many events stand above it.
        package var depth: Int

        package init(index: Int, depth: Int) {
            self.index = index
            self.depth = depth
        }
    }

    /// From the top down; events of one parent keep their order.
    ///
    /// Where no event names a parent of the
    /// same request, that is the given order.
    package let nodes: [Node]

    /// Linear in the events; ids that name each other in a circle begin at the first of them.
    package init(_ events: [EventDetail]) {
        var places: [String: Int] = [:]
        for (index, event) in events.enumerated() {
            if let id = event.eventID, places[id] == nil { places[id] = index }
        }
        let parents = events.enumerated().map { index, event in
            event.parentID.flatMap { places[$0] }.flatMap { $0 == index ? nil : $0 }
        }
        var children = [[Int]](repeating: [], count: events.count)
        for (index, parent) in parents.enumerated() {
            if let parent { children[parent].append(index) }
        }
        var isPlaced = [Bool](repeating: false, count: events.count)
        var nodes: [Node] = []
        func place(_ root: Int) {
            var waiting = [Node(index: root, depth: 0)]
            while let node = waiting.popLast() {
                guard !isPlaced[node.index] else { continue }
                isPlaced[node.index] = true
                nodes.append(node)
                waiting += children[node.index].reversed().map {
                    Node(index: $0, depth: node.depth + 1)
                }
            }
        }
        for index in events.indices where parents[index] == nil { place(index) }
        for index in events.indices where !isPlaced[index] { place(index) }
        self.nodes = nodes
    }
}

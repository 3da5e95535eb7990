print("agentwatch")

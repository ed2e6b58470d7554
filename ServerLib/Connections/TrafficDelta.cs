namespace ServerLib.Connections;

/// <summary>What a connection has carried since somebody looked last.</summary>
internal readonly record struct TrafficDelta(uint MessagesReceived, uint BytesReceived, uint MessagesSent, uint BytesSent);

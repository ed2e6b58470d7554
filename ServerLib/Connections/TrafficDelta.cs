namespace ServerLib.Connections;

/// <summary>What a connection has carried since the last sample.</summary>
internal readonly record struct TrafficDelta(uint MessagesReceived, uint BytesReceived, uint MessagesSent, uint BytesSent);

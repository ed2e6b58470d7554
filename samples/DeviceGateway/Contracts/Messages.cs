namespace Gateway;

/// <summary>A device that may log in, with the fingerprint of its key (<c>UserKey.FingerprintOf</c>).</summary>
public sealed record Device(string Name, string Fingerprint);

/// <summary>A command for one device.</summary>
public sealed record DeviceCommand(string Device, string Command);

/// <summary>How many devices are enrolled, and how many connections there are.</summary>
public sealed record GatewayStatus(int Devices, int Connections);

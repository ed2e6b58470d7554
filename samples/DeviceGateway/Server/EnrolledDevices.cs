using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ServerLib;

namespace Gateway;

/// <summary>The devices that may log in, each with its key. They have no passwords, and are not among the server's accounts.</summary>
internal sealed class EnrolledDevices : IUserKeys, IDisposable
{
    // No account has a name that begins like this.
    private const string Prefix = "device-";

    private readonly string _file;
    private readonly ConcurrentDictionary<string, Device> _devices = new();
    private readonly SemaphoreSlim _saving = new(1);

    public EnrolledDevices(IOptions<ServerOptions> options)
    {
        _file = Path.Combine(options.Value.DataDirectory, "devices.json");
        if (File.Exists(_file))
            Put(JsonSerializer.Deserialize(File.ReadAllText(_file), GatewayJson.Default.DeviceArray)!);
    }

    public int Count => _devices.Count;

    /// <summary>Adds devices, and saves them.</summary>
    public async Task AddAsync(Device[] batch)
    {
        if (!batch.All(device => device.Name.StartsWith(Prefix, StringComparison.Ordinal) && UserName.IsValid(device.Name)))
            throw new CallException(1, $"The name of a device begins with {Prefix}, and follows the rules for user names.");
        await _saving.WaitAsync();
        try
        {
            Put(batch);
            string draft = $"{_file}.new";
            await File.WriteAllTextAsync(draft, JsonSerializer.Serialize([.. _devices.Values], GatewayJson.Default.DeviceArray));
            File.Move(draft, _file, overwrite: true);
        }
        finally
        {
            _saving.Release();
        }
    }

    // The server has verified that the client holds the private key. What is left is whether it is the key of this device.
    public ValueTask<LoginResult> AuthenticateKeyAsync(Credentials credentials, CancellationToken cancellationToken = default)
    {
        string fingerprint = UserKey.FingerprintOf(credentials.ProvenKey.Span);
        return new(!credentials.ProvenKey.IsEmpty && Find(credentials.Username) is { } device && device.Fingerprint == fingerprint
            ? LoginResult.Ok(device.Name)
            : new LoginResult(LoginCode.Failure));
    }

    public ValueTask<IReadOnlyList<UserKey>?> GetKeysAsync(string username, CancellationToken cancellationToken = default) =>
        new(Find(username) is { } device ? [new UserKey("device", device.Fingerprint, default)] : null);

    // Only the operator changes keys.
    public ValueTask<AddKeyResult> AddKeyAsync(
        string username, string keyName, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default) =>
        new(AddKeyResult.TooMany);

    public ValueTask<UserKey?> RemoveKeyAsync(string username, string keyName, CancellationToken cancellationToken = default) =>
        new((UserKey?)null);

    public void Dispose() => _saving.Dispose();

    private Device? Find(string name) => _devices.GetValueOrDefault(UserName.Key(name) ?? "");

    private void Put(Device[] devices)
    {
        foreach (Device device in devices)
            _devices[UserName.Key(device.Name)!] = device;
    }
}

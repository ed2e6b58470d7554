using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Gateway;
using ServerLib;

// Arguments: [COUNT] [ADDRESS:PORT]
int count = int.Parse(args.ElementAtOrDefault(0) ?? "100", CultureInfo.InvariantCulture);
IPEndPoint server = IPEndPoint.Parse(args.ElementAtOrDefault(1) ?? "127.0.0.1:8080");

// Each real device has its own key. Generating so many would take minutes.
using RSA key = RSA.Create(2048);
string fingerprint = UserKey.FingerprintOf(key.ExportSubjectPublicKeyInfo());
Device[] enrolled = [.. Enumerable.Range(1, count).Select(number => new Device($"device-{number}", fingerprint))];

Console.WriteLine("Password of the operator:");
await EnrollAsync(Console.ReadLine() ?? "");

long start = Stopwatch.GetTimestamp();
SimulatedDevice[] devices = [.. enrolled.Select(device => new SimulatedDevice(device.Name, key.ExportParameters(true), server))];
await Parallel.ForEachAsync(devices, async (device, cancellationToken) => await device.ConnectAsync(cancellationToken));
Console.WriteLine($"{count} devices have connected in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s. An empty line ends the program.");
Console.ReadLine();
await Task.WhenAll(devices.Select(device => device.DisposeAsync().AsTask()));

// A device that is not enrolled cannot log in.
async Task EnrollAsync(string password)
{
    await using ServerClient client = await ServerClient.ConnectAsync(new ServerClientOptions
    {
        EndPoint = server,
        UserName = "operator",
        Password = password,
        BodySerializer = new JsonBodySerializer(GatewayJson.Default.Options),
    });
    foreach (Device[] batch in enrolled.Chunk(500))
        await client.CallAsync("enroll", batch);
}

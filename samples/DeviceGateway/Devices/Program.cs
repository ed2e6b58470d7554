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
try
{
    await EnrollAsync(Console.ReadLine() ?? "");
}
catch (ServerClientException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

long start = Stopwatch.GetTimestamp();
SimulatedDevice[] devices = [.. enrolled.Select(device => new SimulatedDevice(device.Name, key.ExportParameters(true), server))];
await Parallel.ForEachAsync(
    devices, new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (device, token) => await device.ConnectAsync(token));
TimeSpan taken = Stopwatch.GetElapsedTime(start);
Console.WriteLine($"{count} devices have connected in {taken.TotalSeconds:0.0} s. An empty line ends the program.");
Console.ReadLine();
await Task.WhenAll(devices.Select(device => device.DisposeAsync().AsTask()));
return 0;

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

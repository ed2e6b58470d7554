using System.Net;
using ServerLib;

// Arguments: NAME [ADDRESS:PORT]
string name = args.ElementAtOrDefault(0) ?? "ada";
string server = args.ElementAtOrDefault(1) ?? "127.0.0.1:8080";

Console.WriteLine("Password:");
var options = new ServerClientOptions
{
    EndPoint = IPEndPoint.Parse(server),
    UserName = name,
    Password = Console.ReadLine() ?? "",
};
try
{
    await using ServerClient client = await ServerClient.ConnectAsync(options);
    Console.WriteLine($"You are {await client.CallAsync<string>("whoami")}.");
    Console.WriteLine(await client.CallAsync<string>("publish", "Notes on the engine"));
    return 0;
}
catch (LoginException e) when (e.Result == LoginCode.Busy)
{
    Console.Error.WriteLine($"{e.Message} Wait for {e.RetryAfter?.TotalSeconds:0} seconds.");
    return 2;
}
catch (Exception e) when (e is ServerClientException or CallException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

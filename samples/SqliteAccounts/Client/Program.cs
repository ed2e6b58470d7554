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
    Console.WriteLine($"The shop knows you as {await client.CallAsync<string>("whoami")}.");
    return 0;
}
catch (ServerClientException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

using ServerLib.Benchmarks.Generator.App;
using ServerLib.Benchmarks.Processes;

namespace ServerLib.Benchmarks.Generator;

/// <summary>The role <c>generate</c>: opens connections and drives them, one command after the other.</summary>
internal static class GeneratorProgram
{
    private static readonly Dictionary<string, IDisposable> Open = [];

    public static int Run()
    {
        while (Console.In.ReadLine() is { } line)
        {
            GeneratorReply reply;
            try
            {
                reply = Do(JsonLine.Read<GeneratorCommand>(line));
            }
            catch (Exception e)
            {
                reply = new GeneratorReply { Error = e.Message };
            }

            Console.Out.WriteLine(JsonLine.Write(reply));
            Console.Out.Flush();
        }

        return 0;
    }

    private static GeneratorReply Do(GeneratorCommand command)
    {
        switch (command.Do)
        {
            case "open":
                Close(command.Key);
                Open[command.Key] = command.Wire switch
                {
                    "classic" => new ClassicRoom(command),
                    "own" => AppClients.OpenAsync(command).GetAwaiter().GetResult(),
                    _ => LinkSet.Open(command),
                };
                return new GeneratorReply();
            case "return-open":
                Close(command.Key);
                Open[command.Key] = new Returners(command);
                return new GeneratorReply();
            case "return":
                return ((Returners)Open[command.Key]).Return(command);
            case "app-ask":
                return AppLoops.AskAsync((AppClients)Open[command.Key], command.Seconds).GetAwaiter().GetResult();
            case "app-say":
                return AppLoops.SayAsync((AppClients)Open[command.Key], command.Seconds).GetAwaiter().GetResult();
            case "close":
                Close(command.Key);
                return new GeneratorReply();
            case "echo":
                return new EchoLoop((LinkSet)Open[command.Key], command.Depth).Run(command.WarmUp, command.Seconds);
            case "chat":
                return new ChatLoop((LinkSet)Open[command.Key]).Run(command.WarmUp, command.Seconds);
            case "storm":
                return Storm.Run(command);
            case "fanout":
                return new FanOutLoop((LinkSet)Open[command.Key], command.Senders).Run(command.WarmUp, command.Seconds);
            case "classic":
                return ((ClassicRoom)Open[command.Key]).Run(command.WarmUp, command.Seconds);
            case "connect":
                return Arrivals.Run(command, login: false);
            case "login":
                return Arrivals.Run(command, login: true);
            default:
                throw new ArgumentException($"'{command.Do}' is not known.");
        }
    }

    private static void Close(string key)
    {
        if (Open.Remove(key, out IDisposable? links))
            links.Dispose();
    }
}

using BenchmarkDotNet.Running;
using ServerLib.Benchmarks.Generator;
using ServerLib.Benchmarks.Load;
using ServerLib.Benchmarks.Micro;
using ServerLib.Benchmarks.Servers;

const string Usage = """
    micro [--filter PATTERN] [BenchmarkDotNet's options]
        what parsing, encoding, the ledger and a broadcast cost, in this process
    load [--quick] [--json FILE] [--markdown FILE] [--cases A,B] [--candidates X,Y] [--rounds N] [--seconds S]
        servers side by side, each in a process of its own; --cases help names them
    serve CANDIDATE [--mode MODE] [--tls] [--full-hash]
    generate
        the processes that 'load' starts
    """;

switch (args)
{
    case ["micro", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(MicroConfig).Assembly).Run(rest.Length == 0 ? ["--filter", "*"] : MicroConfig.Arguments(rest));
        return 0;
    case ["load", .. var rest]:
        return await LoadProgram.RunAsync(rest);
    case ["serve", var candidate, .. var rest]:
        return await ServerProgram.RunAsync(candidate, rest);
    case ["generate"]:
        return GeneratorProgram.Run();
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

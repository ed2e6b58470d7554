using BenchmarkDotNet.Running;
using ServerLib.Benchmarks.Generator;
using ServerLib.Benchmarks.Load;
using ServerLib.Benchmarks.Micro;
using ServerLib.Benchmarks.Servers;
using ServerLib.Benchmarks.Start;

const string Usage = """
    micro [--filter PATTERN] [BenchmarkDotNet's options]
        the cost of parsing, encoding, the ledger and a broadcast, in this process
    load [--quick] [--json FILE] [--markdown FILE] [--cases A,B] [--candidates X,Y] [--rounds N] [--seconds S]
        compares servers, each in its own process; --cases help lists the cases
    start fill FOLDER ACCOUNTS ENTRIES
        creates accounts and audit entries in a folder
    start open FOLDER, start history FOLDER
        opens its databases; reads the newest entries from its files
    serve CANDIDATE [--mode MODE] [--tls] [--full-hash]
    generate
        roles of the processes that 'load' starts
    """;

switch (args)
{
    case ["micro", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(MicroConfig).Assembly).Run(rest.Length == 0 ? ["--filter", "*"] : MicroConfig.Arguments(rest));
        return 0;
    case ["load", .. var rest]:
        return await LoadProgram.RunAsync(rest);
    case ["start", .. var rest]:
        return await StartProgram.RunAsync(rest);
    case ["serve", var candidate, .. var rest]:
        return await ServerProgram.RunAsync(candidate, rest);
    case ["generate"]:
        return GeneratorProgram.Run();
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

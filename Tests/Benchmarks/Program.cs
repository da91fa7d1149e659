using OnnxInit.Benchmarks;

OnnxInit.Training.WaitingThreads.SpinBriefly();
int rounds = args.Length > 1 ? int.Parse(args[1]) : 11;
switch (args.FirstOrDefault())
{
    case "epoch":
        TrainingEpochBenchmark.Run(rounds);
        break;
    case "probe":
        SignalProbeBenchmark.Run(rounds);
        break;
    case "export":
        ExportBenchmark.Run(rounds);
        break;
    case "verify":
        VerifyBenchmark.Run(rounds);
        break;
    case "large":
        LargeModelBenchmark.Run();
        break;
    default:
        Console.WriteLine("usage: dotnet run -c Release --project Tests/Benchmarks -- epoch|probe|export|verify|large [ROUNDS]");
        break;
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OnnxInit.Contracts.Safetensors;
using OnnxInit.Tests.Data;
using OnnxInit.Training.Checkpoints;

namespace OnnxInit.Tests.Cli;

/// <summary>A run that is interrupted at any moment and resumed ends in the same bits as one that was not; with real processes and real signals.</summary>
public sealed class KillAndResumeTests : IDisposable
{
    private static readonly string[] Training = ["--data", "synthetic:4000", "--checkpoint-every", "7", "--seed", "5"];

    private static readonly string[] Files = ["checkpoint.safetensors", "best.safetensors", "reference.safetensors"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Twenty_runs_killed_at_random_moments_and_resumed_end_in_the_same_bits()
    {
        const int kills = 20;
        string reference = _folder["reference"];
        Process first = Tool.Start(["train", .. Training, "--epochs", "3", "--out", reference]);
        await BegunAsync(first, reference);
        Stopwatch watch = Stopwatch.StartNew();
        (await Tool.EndAsync(first)).ExitCode.Should().Be(0);
        double training = watch.Elapsed.TotalSeconds;
        Random random = new(11);
        int killed = 0;
        int insideAnEpoch = 0;
        for (int i = 0; killed < kills; i++)
        {
            i.Should().BeLessThan(4 * kills, "most of the kills must meet a training under way");
            string run = _folder[$"run{i}"];
            Process victim = Tool.Start(["train", .. Training, "--epochs", "3", "--out", run]);
            await BegunAsync(victim, run);
            Task delay = Task.Delay(TimeSpan.FromSeconds(training * random.NextDouble()));
            await Task.WhenAny(delay, victim.WaitForExitAsync());
            victim.Kill(); // SIGKILL on Unix: nothing of ours runs any more
            if ((await Tool.EndAsync(victim)).ExitCode == 0)
            {
                training *= 0.8; // the machine has become faster: the run was over first
                continue;
            }

            // Killed before there was a run, the same command begins it; later, --resume goes on with it. Only the later ones count.
            bool begun = File.Exists(Path.Combine(run, "run.json"));
            killed += begun ? 1 : 0;
            insideAnEpoch += begun && Checkpoint.ReadState(Path.Combine(run, "checkpoint.safetensors")).State.StepInEpoch > 0 ? 1 : 0;
            ToolResult resumed = await Tool.EndAsync(begun
                ? Tool.Start("train", "--resume", run)
                : Tool.Start(["train", .. Training, "--epochs", "3", "--out", run]));

            resumed.ExitCode.Should().Be(0, resumed.Error);
            foreach (string file in Files)
            {
                Tensors(run, file).Should().Equal(Tensors(reference, file), "kill {0} must not change {1}", i, file);
            }

            Results(run).Should().Be(Results(reference));
        }

        insideAnEpoch.Should().BePositive("some checkpoints are of the middle of an epoch");
    }

    [Fact]
    public async Task Ctrl_C_saves_a_checkpoint_says_how_to_go_on_and_ends_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends SIGINT by kill(1)");
        Assert.SkipWhen(InterruptIsIgnored(), "SIGINT is ignored here, as a shell without job control does to what it starts in the background");
        string run = _folder["run"];
        Process process = Tool.Start(["train", .. Training, "--epochs", "5000", "--out", run]);
        while (!process.HasExited && Epochs(run) == 0)
        {
            await Task.Delay(20);
        }

        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        ToolResult interrupted = await Tool.EndAsync(process);
        interrupted.ExitCode.Should().Be(130, interrupted.Error);
        interrupted.Error.Should().Be($"Interrupted; the checkpoint is saved. Go on with: onnxinit train --resume {run}\n");

        string epochs = (Epochs(run) + 1).ToString(CultureInfo.InvariantCulture);
        string uninterrupted = _folder["uninterrupted"];
        (await Tool.EndAsync(Tool.Start("train", "--resume", run, "--epochs", epochs))).ExitCode.Should().Be(0);
        (await Tool.EndAsync(Tool.Start(["train", .. Training, "--epochs", epochs, "--out", uninterrupted]))).ExitCode.Should().Be(0);
        Tensors(run, Files[0]).Should().Equal(Tensors(uninterrupted, Files[0]));
        Results(run).Should().Be(Results(uninterrupted));
    }

    /// <summary>Waits until a process has begun its run: how long it takes to start does not count.</summary>
    private static async Task BegunAsync(Process process, string run)
    {
        while (!process.HasExited && !File.Exists(Path.Combine(run, "run.json")))
        {
            await Task.Delay(5);
        }
    }

    /// <summary>Processes inherit which signals are ignored; bit n - 1 stands for signal n.</summary>
    private static bool InterruptIsIgnored()
    {
        const string status = "/proc/self/status";
        const int interrupt = 2;
        return File.Exists(status)
            && File.ReadLines(status).FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is string line
            && (Convert.ToUInt64(line.Split('\t')[1], 16) & (1UL << (interrupt - 1))) != 0;
    }

    private static int Epochs(string run) => File.Exists(Path.Combine(run, "metrics.jsonl")) ? File.ReadLines(Path.Combine(run, "metrics.jsonl")).Count() : 0;

    /// <summary>All tensors of a file: weights, statistics, momentum, logits.</summary>
    private static byte[] Tensors(string run, string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(run, name));
        List<byte> bytes = [];
        foreach (SafetensorsEntry entry in file.Tensors.Values)
        {
            byte[] tensor = new byte[entry.ByteLength];
            file.Read(entry.Name, tensor);
            bytes.AddRange(tensor);
        }

        return [.. bytes];
    }

    /// <summary>Losses and accuracies of every epoch, which do not depend on the clock.</summary>
    private static string Results(string run) => string.Join(' ', File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line =>
    {
        using JsonDocument epoch = JsonDocument.Parse(line);
        return $"{epoch.RootElement.GetProperty("trainLoss")}/{epoch.RootElement.GetProperty("validationLoss")}/{epoch.RootElement.GetProperty("validationAccuracy")}";
    }));
}

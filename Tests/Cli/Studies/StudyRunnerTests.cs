using OnnxInit.Cli;
using OnnxInit.Cli.Studies;
using OnnxInit.Contracts;
using OnnxInit.Tests.Data;
using OnnxInit.Training.Studies;
using Spectre.Console;

namespace OnnxInit.Tests.Cli.Studies;

/// <summary>Studies that run among others.</summary>
public sealed class StudyRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
    }

    [Fact]
    public void An_error_in_a_study_is_told_and_kept_and_the_others_still_run()
    {
        StudyRunner runner = Runner("synthetic:100");

        StudyOutcome broken = runner.Try(new Scripted(_ => throw new InvalidOperationException("It broke.")), Folder("broken"), trace: false);
        StudyOutcome whole = runner.Try(new Scripted(_ => { }), Folder("whole"), trace: false);

        broken.Should().BeEquivalentTo(new { Agrees = false, Record = (StudyRecord?)null, Error = "InvalidOperationException: It broke." });
        whole.Agrees.Should().BeTrue();
        _output.ToString().Should().Contain("error: InvalidOperationException: It broke.").And.Contain("ok   one: 1, expected 1 ± 0");
        Directory.GetFiles(_folder["broken"]).Should().BeEmpty();
        File.Exists(_folder["whole", "scripted.json"]).Should().BeTrue();
    }

    [Fact]
    public void Images_that_cannot_be_opened_are_known_before_the_first_study()
    {
        Action open = () => Runner("nowhere").OpenImages();

        open.Should().Throw<InvalidInputException>().WithMessage("There is no data set 'nowhere'.*");
    }

    [Fact]
    public void Images_are_opened_for_the_studies_that_train_only()
    {
        Runner("nowhere").Run(new Scripted(_ => { }), Folder("study")).Images.Should().BeNull();

        StudyRecord record = Runner("synthetic:100").Run(new Scripted(context => _ = context.Data), Folder("study"));

        record.Images.Should().BeEquivalentTo(new { Source = "synthetic:100", Name = "synthetic", TrainImages = 100 });
        _output.ToString().Should().Contain("The images are synthetic, and the bounds are for CIFAR-10");
    }

    [Fact]
    public void Ctrl_C_stops_all_studies_and_leaves_nothing_half_written()
    {
        using CancellationTokenSource interrupt = new();
        Action run = () => Runner("synthetic:100", interrupt.Token).Try(new Scripted(context =>
        {
            interrupt.Cancel();
            context.Report("a line");
        }), Folder("study"), trace: false);

        run.Should().Throw<OperationCanceledException>();
        Directory.GetFiles(_folder["study"]).Should().BeEmpty();
    }

    [Fact]
    public void Quick_settings_take_one_thread_and_give_the_others_back()
    {
        int before = TorchSharp.torch.get_num_threads();
        int during = 0;

        StudyRecord record = Runner("synthetic:100").Run(new Scripted(_ => during = TorchSharp.torch.get_num_threads()), Folder("study"));

        during.Should().Be(1);
        record.Threads.Should().Be(1);
        TorchSharp.torch.get_num_threads().Should().Be(before);
    }

    private StudyFolder Folder(string name) => new(_folder[name]);

    private StudyRunner Runner(string data, CancellationToken cancellation = default)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_output), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        return new(new(data, Quick: true, Seed: 17, Threads: null), new Session(console, Json: false, _output, cancellation));
    }

    /// <summary>A study that does what a test says.</summary>
    private sealed class Scripted(Action<StudyContext> script) : Study
    {
        public override string Name => "scripted";

        public override string Title => "Title";

        public override string Question => "Question?";

        public override StudyResult Run(StudyContext context)
        {
            script(context);
            return new()
            {
                Name = Name,
                Title = Title,
                Question = Question,
                Theory = "Theory.",
                Verdict = "Verdict.",
                Findings = [Finding.Near("one", 1, 1, 0)],
                Settings = new Dictionary<string, string>(),
                Figures = [],
            };
        }
    }
}

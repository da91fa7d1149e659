using System.CommandLine;
using OnnxInit.Cli.Studies;
using OnnxInit.Contracts.Files;
using OnnxInit.Training.Studies;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit study NAME</c> and <c>onnxinit study all</c>.</summary>
internal static class StudyCommand
{
    /// <summary>The studies with options of their own; the others have those that all have.</summary>
    private static readonly Dictionary<string, Func<Study, StudyArguments>> OwnArguments = new(StringComparer.Ordinal)
    {
        ["depth"] = study => new DepthArguments(study),
        ["range"] = study => new RangeArguments(study),
        ["variance"] = study => new VarianceArguments(study),
    };

    public static Command Create()
    {
        Command command = new("study", "Experiments on initialisation, each with a question, a theory drawn over the measurement, and a verdict.");
        IReadOnlyList<Study> studies = StudyCatalog.Create(quick: false);
        foreach (Study study in studies)
        {
            command.Subcommands.Add(One(OwnArguments.TryGetValue(study.Name, out Func<Study, StudyArguments>? own) ? own(study) : new StudyArguments(study)));
        }

        command.Subcommands.Add(All());
        return command;
    }

    private static Command One(StudyArguments arguments)
    {
        CommonArguments common = new($"studies/{arguments.Study.Name}", parsed => $"studies/{arguments.FolderName(parsed)}");
        Command command = Verb.Create(
            arguments.Study.Name, arguments.Study.Question,
            $"onnxinit study {arguments.Study.Name} --quick --out study",
            (parsed, session) =>
            {
                StudySettings settings = common.Settings(parsed);
                Study study = arguments.Create(parsed, settings.Quick);
                StudyFolder folder = new(common.Folder(parsed));
                StudyRecord record = new StudyRunner(settings, session).Run(study, folder);
                session.Result(StudySummary.Of(new(study, record, null), folder), CliJson.Default.StudySummary, () => { });
                return record.Result.Agrees ? ExitCode.Done : ExitCode.Failed;
            },
            saves: true);
        foreach (Option option in arguments.Options.Concat(common.Options))
        {
            command.Options.Add(option);
        }

        return command;
    }

    private static Command All()
    {
        CommonArguments common = new("studies", _ => "studies");
        Command command = Verb.Create(
            "all", "Run all studies, and make one page of them: index.html.",
            "onnxinit study all --data ~/cifar10 --out studies",
            (parsed, session) =>
            {
                StudySettings settings = common.Settings(parsed);
                StudyRunner runner = new(settings, session);
                runner.OpenImages(); // what is wrong with them is better known before than after the studies without images
                StudyFolder top = new(common.Folder(parsed));
                string page = Path.Combine(top.Path, "index.html");
                List<StudyOutcome> outcomes = [];
                List<StudySummary> summaries = [];
                foreach (Study study in StudyCatalog.Create(settings.Quick))
                {
                    StudyFolder folder = new(Path.Combine(top.Path, study.Name));
                    outcomes.Add(runner.Try(study, folder, parsed.GetValue(Verb.Verbose)));
                    summaries.Add(StudySummary.Of(outcomes[^1], folder));
                    AtomicFile.WriteText(page, StudyPage.Of(outcomes));
                }

                bool agrees = outcomes.All(outcome => outcome.Agrees);
                session.Result(new(agrees, page, summaries), CliJson.Default.StudiesSummary, () =>
                    session.Say($"{outcomes.Count(outcome => outcome.Agrees)} of {outcomes.Count} studies agree with their theory; {page}"));
                return agrees ? ExitCode.Done : ExitCode.Failed;
            },
            saves: true);
        foreach (Option option in common.Options)
        {
            command.Options.Add(option);
        }

        return command;
    }
}

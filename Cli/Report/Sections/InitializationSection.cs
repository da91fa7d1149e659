using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>What the parameters were given before the training.</summary>
internal static class InitializationSection
{
    public static Html Of(IReadOnlyList<RunEvidence> runs) => PerRun.Of(runs, (run, _) => run.Manifest.Initialization is IReadOnlyList<InitializationSummary> given
        ? Html.Of($"""
            <p>The scheme <code>{run.Manifest.Configuration.Initialization}</code>, drawn as a function of the seed {run.Manifest.Seed} and each parameter's name.</p>
            {Table(given)}
            """)
        : Html.Of($"<p class=\"missing\">run.json of {run.Name} is of a version that did not record what each parameter was given. A new training does: <code>onnxinit train</code>.</p>\n"));

    private static Html Table(IReadOnlyList<InitializationSummary> given) => Html.Of($"""
        <div class="table" tabindex="0" role="region" aria-label="Initialisation"><table>
        <thead><tr><th scope="col">Initialiser</th><th scope="col" class="text">Parameters</th><th scope="col">Values</th></tr></thead>
        <tbody>
        {given.Select(group => Html.Of($"""
            <tr><th scope="row" class="text">{group.Initializer}</th><td class="text">{(group.Parameters == 1 ? group.First : $"{Quantity.Count(group.Parameters)}: {group.First} … {group.Last}")}</td><td>{Quantity.Count(group.Values)}</td></tr>

            """))}</tbody>
        </table></div>

        """);
}

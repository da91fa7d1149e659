using OnnxInit.Contracts.Files;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Leftovers_of_killed_processes_are_removed_and_files_of_others_are_not()
    {
        const string killed = "run.json.999999999.part"; // beyond the highest process number
        string[] others = ["film.mkv.part", "run.json.part", "run.json.x1.part", "run.json"];
        foreach (string name in (string[])[killed, $"run.json.{Environment.ProcessId}.part", .. others])
        {
            File.WriteAllText(_folder[name], "half");
        }

        AtomicFile.RemoveLeftovers(_folder.Path);

        Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Should().BeEquivalentTo(others);
    }

    [Fact]
    public void The_temporary_file_of_a_process_at_work_stays()
    {
        using System.Diagnostics.Process other = System.Diagnostics.Process.Start("sleep", "60");
        try
        {
            File.WriteAllText(_folder[$"run.json.{other.Id}.part"], "half");

            AtomicFile.RemoveLeftovers(_folder.Path);

            Directory.GetFiles(_folder.Path).Should().ContainSingle();
        }
        finally
        {
            other.Kill();
        }
    }
}

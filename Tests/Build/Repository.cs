namespace OnnxInit.Tests.Build;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    private const string Solution = "OnnxInit.sln";

    /// <summary>The folder of the solution, above the test assembly.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"There is no {Solution} in '{start}' or above. Run the tests from the output folder of the repository.");
    }
}

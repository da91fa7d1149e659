using System.IO.Compression;
using System.Xml.Linq;
using OnnxInit.Tests.Build;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Packaging;

public sealed class PackageTests : IDisposable
{
    // With a cold build server and a busy machine; a few seconds otherwise.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string Configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Contracts", "Google.Protobuf")]
    [InlineData("Training", "OnnxInit.Contracts", "TorchSharp")]
    [InlineData("Inference", "OnnxInit.Contracts", "Microsoft.ML.OnnxRuntime.Managed")]
    [InlineData("Export", "OnnxInit.Contracts", "TorchSharp", "System.IO.Hashing")]
    public void A_package_has_its_library_documentation_readme_and_symbols(string project, params string[] dependencies)
    {
        Pack(project);

        using ZipArchive package = ZipFile.OpenRead(Directory.GetFiles(_folder.Path, $"OnnxInit.{project}.*.nupkg").Should().ContainSingle().Which);
        package.Entries.Select(entry => entry.FullName).Should().Contain($"lib/net10.0/OnnxInit.{project}.dll").And.Contain($"lib/net10.0/OnnxInit.{project}.xml").And.Contain("README.md");
        using ZipArchive symbols = ZipFile.OpenRead(Directory.GetFiles(_folder.Path, "*.snupkg").Should().ContainSingle().Which);
        symbols.Entries.Select(entry => entry.FullName).Should().Contain($"lib/net10.0/OnnxInit.{project}.pdb");

        using Stream stream = package.GetEntry($"OnnxInit.{project}.nuspec")!.Open();
        XElement metadata = XDocument.Load(stream).Root!.Elements().Single();
        string Text(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value ?? string.Empty;
        Text("readme").Should().Be("README.md");
        Text("license").Should().Be("MIT");
        Text("description").Should().NotBeEmpty();
        Text("tags").Should().NotBeEmpty();
        Text("projectUrl").Should().BeEmpty();
        metadata.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value).Should().Contain(dependencies)
            .And.NotContain(id => id == (project == "Inference" || project == "Contracts" ? "TorchSharp" : "Microsoft.ML.OnnxRuntime.Managed"));
    }

    [Fact]
    public void A_program_that_has_only_the_packages_exports_its_own_module_and_runs_it()
    {
        string feed = _folder["feed"];
        Pack("Contracts", feed);
        Pack("Export", feed);
        string program = Directory.CreateDirectory(_folder["program"]).FullName;
        string version = Path.GetFileNameWithoutExtension(Directory.GetFiles(feed, "OnnxInit.Export.*.nupkg").Single())["OnnxInit.Export.".Length..];

        // Packages of the machine are taken where they lie, so that nothing is downloaded; those of the test are unpacked into its own folder.
        File.WriteAllText(Path.Combine(program, "Program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestorePackagesPath>{_folder["packages"]}</RestorePackagesPath>
                <RestoreFallbackFolders>{Packages()}</RestoreFallbackFolders>
                <RestoreAdditionalProjectSources>{feed}</RestoreAdditionalProjectSources>
                <NuGetAudit>false</NuGetAudit>
                <UseSharedCompilation>false</UseSharedCompilation>
                <CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="OnnxInit.Export" Version="{version}" />
                <PackageReference Include="{LibTorch}" Version="{Version("LibTorchVersion")}" />
                <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{Version("OnnxRuntimeVersion")}" />
              </ItemGroup>
              <Import Project="{Repository.File("build", "TorchSharpOnOldLinux.targets")}" Condition="$([MSBuild]::IsOSPlatform('Linux'))" />
            </Project>
            """);
        File.Copy(Repository.File("Tests", "Packaging", "Program.txt"), Path.Combine(program, "Program.cs"));

        (int exitCode, string output) = DotNet.Run(program, Patience, "run", "-c", Configuration);

        exitCode.Should().Be(0, output);
        output.Should().Contain("graph model(input: float[N, 4]) -> output: float[N, 4]").And.Contain("ONNX Runtime agrees");
        Directory.GetDirectories(_folder["packages"]).Select(Path.GetFileName).Should().BeEquivalentTo("onnxinit.contracts", "onnxinit.export");
    }

    private static string LibTorch => OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

    private static string Version(string property) =>
        XDocument.Load(Repository.File("Directory.Packages.props")).Descendants(property).Single().Value;

    private static string Packages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private void Pack(string project, string? feed = null)
    {
        (int exitCode, string output) = DotNet.Run(Repository.Root, Patience, "pack", $"{project}/OnnxInit.{project}.csproj", "-c", Configuration, "--no-build", "-o", feed ?? _folder.Path);
        exitCode.Should().Be(0, output);
    }
}

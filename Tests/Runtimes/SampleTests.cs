using System.Security.Cryptography;
using OnnxInit.Contracts.Files;
using OnnxInit.Tests.Build;

namespace OnnxInit.Tests.Runtimes;

/// <summary>The programs of docs/samples give the answers of ONNX Runtime in .NET.</summary>
public sealed class SampleTests(SampleModels models) : IClassFixture<SampleModels>
{
    private static readonly string Configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Node_js_classifies_pictures(bool normalizedByModel)
    {
        (int code, string output, string error) = NodeJs.Run(InstalledNodeSample(), "node", ["classify.mjs", normalizedByModel ? models.NormalizedByModel : models.NormalizedByCaller, .. models.Pictures]);

        code.Should().Be(0, error);
        models.AssertAnswers(output);
    }

    [Fact]
    public void The_lock_file_of_the_Node_js_sample_pins_every_package_and_names_no_registry()
    {
        string text = File.ReadAllText(Repository.File("docs", "samples", "node", "package-lock.json"));

        text.Should().NotContain("\"resolved\"").And.Contain("\"integrity\": \"sha512-");
    }

    [Fact]
    public void ML_NET_classifies_pictures()
    {
        (int code, string output) = RunMLNetSample([models.NormalizedByModel, .. models.Pictures]);

        code.Should().Be(0, output);
        models.AssertAnswers(output);
    }

    [Fact]
    public void ML_NET_says_which_model_it_needs()
    {
        (int code, string output) = RunMLNetSample([models.NormalizedByCaller, .. models.Pictures]);

        code.Should().Be(2);
        output.Should().Be($"error: '{models.NormalizedByCaller}' takes Float, expected UInt8. Export it with --embed-normalization.\n");
    }

    private static (int ExitCode, string Output) RunMLNetSample(string[] arguments) => DotNet.Run(
        Repository.Root, TimeSpan.FromMinutes(3), ["run", "--configuration", Configuration, "--project", Path.Combine("docs", "samples", "mlnet"), "--", .. arguments]);

    /// <summary>The sample with its packages: installed by npm for every lock file once, and kept in the cache.</summary>
    private static string InstalledNodeSample()
    {
        NodeJs.Require();
        string[] sources = [.. Directory.GetFiles(Repository.File("docs", "samples", "node"))];
        string packages = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Repository.File("docs", "samples", "node", "package-lock.json"))))[..16];
        string installed = Path.Combine(CacheFolder.Default, "tests", $"node-sample-{packages}");
        if (!Directory.Exists(installed))
        {
            string work = Directory.CreateDirectory($"{installed}.{Guid.NewGuid():N}").FullName;
            Copy(sources, work);

            // Without the packages' scripts: onnxruntime-node's fetches CUDA libraries.
            (int code, _, string error) = NodeJs.Run(work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
            if (code != 0)
            {
                Directory.Delete(work, recursive: true);
                NodeJs.SkipUnlessRequired($"npm cannot install the sample's packages: {error}");
            }

            Directory.Move(work, installed);
        }

        Copy(sources, installed);
        return installed;
    }

    private static void Copy(string[] files, string folder) =>
        Array.ForEach(files, file => File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true));
}

using System.Text.Json;

namespace OnnxInit.Tests.Cli;

public sealed class DoctorTests
{
    private static readonly string[] Deep = ["--model", "mlp-deep", "--depth", "30", "--no-batchnorm", "--data", "synthetic:300", "--batch-size", "64"];

    [Fact]
    public async Task A_deep_ReLU_network_with_Xavier_vanishes_and_is_cured_by_Kaiming()
    {
        ToolResult result = await Tool.RunAsync(["doctor", .. Deep, "--init", "xavier-uniform", "--fix", "kaiming"]);

        result.ExitCode.Should().Be(0, "the cured network is healthy");
        result.Output.Should().Contain("Forward: vanishing.").And.Contain("Backward: vanishing.")
            .And.Contain("not healthy: Xavier or LeCun with ReLU: n Var(w) is").And.Contain("Use Kaiming fan-in.")
            .And.Contain("healthy: what goes in comes out").And.Contain("Train with it: --init kaiming-normal");
    }

    [Fact]
    public async Task A_network_that_is_ill_is_told_by_the_exit_code_and_in_json()
    {
        ToolResult result = await Tool.RunAsync(["doctor", .. Deep, "--init", "normal:1", "--json"]);

        result.ExitCode.Should().Be(1);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        JsonElement report = document.RootElement.GetProperty("examined").GetProperty("report");
        report.GetProperty("diagnosis").GetProperty("forward").GetProperty("verdict").GetString().Should().Be("Exploding");
        report.GetProperty("diagnosis").GetProperty("forward").GetProperty("rate").GetDouble().Should().BeApproximately(Math.Log10(50), 0.1, "a layer multiplies the mean square by n sigma^2 / 2");
        document.RootElement.GetProperty("fixed").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task Lsuv_looks_at_the_images()
    {
        ToolResult result = await Tool.RunAsync(["doctor", .. Deep, "--init", "normal:0.01", "--fix", "lsuv", "--jacobian", "2"]);

        result.ExitCode.Should().Be(0);
        result.Output.Should().Contain("mlp-deep, lsuv: loss").And.Contain("Jacobian at 2 images: 10 singular values each");
    }

    [Fact]
    public async Task Many_layers_are_shown_in_part_unless_all_are_asked_for()
    {
        ToolResult part = await Tool.RunAsync(["doctor", .. Deep]);
        ToolResult all = await Tool.RunAsync(["doctor", .. Deep, "--layers"]);

        part.Output.Should().Contain("linear1 ... relu1").And.Contain("24 of 32 are shown. --layers lists each of the 62 layers.").And.Contain(" linear31 ");
        Enumerable.Range(1, 30).Should().OnlyContain(i => all.Output.Contains($" relu{i} ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--batch-size 0", "error: --batch-size is 0; expected at least 1.")]
    [InlineData("--batch-size 1", "error: The network 'mlp' has BatchNorm, which leaves nothing of a batch of one image. Look at more: --batch-size.")]
    [InlineData("--jacobian -1", "error: --jacobian is -1; expected at least 0.")]
    [InlineData("--fix fixup", "error: Fixup is for residual networks, and this one has no ResidualBlock. Use a residual network, or another initialisation.")]
    [InlineData("--fix he", "error: There is no initialisation 'he'; *")]
    [InlineData("--depth 3", "error: --depth shape the network mlp-deep only, *")]
    public async Task What_makes_no_sense_is_refused(string options, string expected)
    {
        ToolResult result = await Tool.RunAsync(["doctor", "--data", "synthetic:300", .. options.Split(' ')]);

        result.ExitCode.Should().Be(2);
        result.Error.Should().Match(expected + "\n");
        result.Output.Should().BeEmpty();
    }
}

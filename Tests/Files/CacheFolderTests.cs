using OnnxInit.Contracts.Files;

namespace OnnxInit.Tests.Files;

public class CacheFolderTests
{
    [Fact]
    public void XDG_CACHE_HOME_comes_first()
    {
        string home = Path.GetFullPath("/elsewhere");

        CacheFolder.Find(home).Should().Be(Path.Combine(home, "onnxinit"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative/folder")]
    public void Without_it_the_cache_is_the_users(string? cacheHome)
    {
        string found = CacheFolder.Find(cacheHome);

        Path.IsPathFullyQualified(found).Should().BeTrue();
        found.Should().StartWith(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)).And.EndWith("onnxinit");
    }
}

using System.Text;
using Discord.Modules.Users.Mfa;
using Xunit;

namespace Discord.UnitTests.Users;

public sealed class TotpTests
{
    // The secret of RFC 6238, appendix B: "12345678901234567890", and the same in base32.
    private static readonly byte[] s_secret = Encoding.ASCII.GetBytes("12345678901234567890");
    private const string Base32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1_111_111_109, "081804")]
    [InlineData(1_111_111_111, "050471")]
    [InlineData(1_234_567_890, "005924")]
    [InlineData(2_000_000_000, "279037")]
    [InlineData(20_000_000_000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeAt(s_secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(Base32)]
    [InlineData("gezdgnbvgy3tqojqgezdgnbvgy3tqojq")]
    [InlineData("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")]
    [InlineData(Base32 + "====")]
    public void A_secret_is_read_as_apps_show_it(string text) => Assert.Equal(s_secret, Totp.ParseSecret(text));

    [Theory]
    [InlineData("")]
    [InlineData("GEZDGNBVGY3TQOI0")]
    [InlineData("GEZDGNBVGY3TQOI!")]
    public void What_is_no_base32_is_no_secret(string text) => Assert.Null(Totp.ParseSecret(text));

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(103, true)]
    [InlineData(104, false)]
    public void A_secret_has_10_to_64_bytes(int characters, bool taken) => Assert.Equal(taken, Totp.ParseSecret(new string('A', characters)) is not null);

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Clocks_may_be_wrong_by_one_step(int steps, bool taken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var step = Totp.StepAt(now) + steps;

        Assert.Equal(taken ? step : null, Totp.FindStep(s_secret, Totp.CodeAt(s_secret, step), now, after: 0));
    }

    [Fact]
    public void A_code_is_taken_once_and_none_before_it()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var step = Totp.StepAt(now);

        Assert.Null(Totp.FindStep(s_secret, Totp.CodeAt(s_secret, step), now, after: step));
        Assert.Null(Totp.FindStep(s_secret, Totp.CodeAt(s_secret, step - 1), now, after: step));
        Assert.Equal(step + 1, Totp.FindStep(s_secret, Totp.CodeAt(s_secret, step + 1), now, after: step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870820")]
    [InlineData("٢٨٧٠٨٢")]
    public void What_is_not_six_digits_is_no_code(string code) => Assert.Null(Totp.FindStep(s_secret, code, DateTimeOffset.FromUnixTimeSeconds(59), after: 0));
}

using Discord.Modules.Voice;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discord.LoadTests;

/// <summary>The SFU in a process of its own, with members and keys from stdin instead of the signalling.</summary>
/// <remarks>Speaks as voice/twin.c does, and answers each further line with the bytes that the process has allocated. Ends with its stdin.</remarks>
internal static class SfuHost
{
    public const string Command = "sfu-host";

    public static async Task RunAsync()
    {
        // One thread, on loopback, whichever port is free.
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Port", "0")]).Build();
        using var sfu = new Sfu(VoiceOptions.Read(settings), NullLogger<Sfu>.Instance);
        await sfu.StartAsync(CancellationToken.None);
        var members = 0ul;
        while (Console.ReadLine() is { Length: > 0 } line)
        {
            var leg = sfu.Join(new Snowflake(ulong.Parse(line.Split(' ')[0])), new Snowflake(++members), VoiceRights.Hear | VoiceRights.Speak);
            leg.Use(EncryptionModes.Create("aead_aes256_gcm_rtpsize", Convert.FromHexString(line.Split(' ')[2]))!);
            leg.Announce();
            Console.Write($"{line} {leg.AudioSsrc} {leg.Port}\n");
        }

        Console.WriteLine();
        while (Console.ReadLine() is not null) Console.WriteLine(GC.GetTotalAllocatedBytes(precise: true));
    }
}

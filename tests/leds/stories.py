"""What is tried on the emulated boards, each story on a machine of its own."""
import time

from board import LINES
from patterns import looking_alike, shows

ONCE = "a session was refreshed"


def lines(board):
    board.begin("lines")
    board.check("the pictures of each lamp can be told apart",
                lambda: none_of([pair for led in LINES for pair in looking_alike({words: one for words, one in board.patterns[led].items() if words != ONCE})]))
    board.check("a board without phones: the network lamp says so", board.says(network="no phone is registered"))
    board.check("ready, no call, no session timer", board.says(system="ready", calls="no call", timer="no session timer is armed"), board.bar_says(0))
    board.check("phones register: what is left to say is that the clock is not set", board.register, board.says(network="the clock is not set"))
    board.check("one call", board.call, board.says(calls="one call", timer="session timers run, all is well"), board.bar_says(0b111))
    board.check("two calls", board.call, board.says(calls="two calls"), board.bar_says(0b111111))
    board.check("as many as there may be", board.call, board.says(calls="as many calls as there may be"), board.bar_says(0b11111111))
    board.check("two of them hang up", board.hang_up, board.hang_up, board.says(calls="one call"))
    board.check("a refresh is a wink", board.refresh)
    began = board.silence()
    board.check("a configuration that is wrong is refused",
                board.runs_command("cp /data/edgepbx.toml /tmp/good; echo surprise = 1 >>/data/edgepbx.toml; kill -HUP $(pidof edgepbx)"),
                board.says(system="the changed configuration is wrong"))
    board.check("phones fell silent: the refresh is late", board.says(since=began, timer="a session refresh is late"))
    board.check("and the call is ended by expiry", board.says(timer="a call was ended by expiry", calls="no call"))
    board.check("put right again, the button pressed: self-test on all lamps, and all is well",
                board.runs_command("cp /tmp/good /data/edgepbx.toml; kill -HUP $(pidof edgepbx)"), board.press,
                board.winks, board.all_say("self-test passed"), board.logs("self_test_passed"), board.says(system="ready"))
    board.check("the button held: a warning, and nothing when it is let go", lambda: hold(board, 5.5), board.logs("factory_reset", 0))
    board.check("no lamp has failed", board.logs("led_driver_failed", 0))
    board.check("told to stop, it leaves all lamps dark", board.runs_command("touch /tmp/stay; kill -TERM $(pidof edgepbx)"),
                board.prints("cat /tmp/exits", "^0$"), board.are_dark, board.bar_says(0))


def hold(board, seconds):
    since = time.time()
    board.guest.press(seconds)
    for led in LINES:
        assert shows(board.runs(led, since), board.patterns[led]["factory reset is near"]), f"{led} does not warn: {board.runs(led, since)[-20:]}"


def named(board):
    """Two lamps by their names in the kernel's LED class, two on lines; then both drivers are taken away during calls, and come back."""
    board.begin("named")
    board.check("a lamp of the LED class: the kernel blinks", board.says(system="ready"),
                board.prints("cat /sys/class/leds/pbx:green:system/delay_on /sys/class/leds/pbx:green:system/delay_off", r"^100\s3900$"))
    board.check("one call, on a lamp of the LED class that is active low, and on a line", board.register, board.call,
                board.says(calls="one call", timer="session timers run, all is well"))
    board.check("two calls, which we blink", board.call, board.says(calls="two calls"))
    board.check("names and chip are taken away: logged once for each, and for the button",
                board.runs_command("echo pbx-leds >/sys/bus/platform/drivers/leds-gpio/unbind; echo 9030000.pl061 >/sys/bus/amba/drivers/pl061_gpio/unbind"),
                board.logs("led_driver_failed", 3))
    board.check("calls go on, are refreshed, end, and others are made",
                board.logs("session_refreshed", 4), board.hang_up, board.call, board.hang_up, board.logs("led_driver_failed", 3))
    board.check("both are back, and the lamps with them",
                board.runs_command("echo 9030000.pl061 >/sys/bus/amba/drivers/pl061_gpio/bind; echo pbx-leds >/sys/bus/platform/drivers/leds-gpio/bind"),
                board.logs("led_driver_resumed", 3), board.says(calls="one call", network="the clock is not set"))
    board.check("so is the button", board.press, board.logs("self_test_passed"))
    board.check("the call ends as any other", board.hang_up, board.logs("cleanup_verified", 3), board.says(calls="no call"))


def reset(board):
    board.begin("lines")
    board.check("phones are registered", board.register, board.says(network="the clock is not set"))
    board.check("the button held for ten seconds: factory reset", lambda: board.guest.press(11), board.logs("factory_reset"))
    board.check("EdgePbx has ended with 5 and runs again with a new configuration, without phones",
                board.says(system="ready", network="no phone is registered"), board.prints("cat /tmp/exits", "^5$"),
                board.prints("grep -c '^secret' /data/edgepbx.toml; grep -c secret-of-one /data/edgepbx.toml", r"^3\s0$"))
    board.check("what was there before is put aside", board.prints("ls /data/factory-reset-* | grep -cxE 'calls.jsonl|edgepbx.toml'", "^2$"),
                board.prints("grep -c secret-of-one /data/factory-reset-*/edgepbx.toml", "^1$"))


def rgb(board):
    """One LED of three colours for all, a red one for errors, the bar; and all that keeps EdgePbx from serving."""
    good = "cat /boards/edgepbx.toml"
    board.begin("rgb", f"echo '[sip]'; echo 'listen = [\"udp://10.9.9.9:5060\"]'; {good}")
    board.check("an address that is not there: it cannot listen, in red on both LEDs", board.shines("it cannot listen"), board.logs("fault_shown"))
    board.check("the address is there: ended with 3 at once and started again, blue, and the red LED is dark",
                board.runs_command("ip addr add 10.9.9.9/32 dev eth0"), board.prints("cat /tmp/exits", "^3$"), board.shines("no phone is registered"))
    board.check("no configuration, and no copy of one that worked",
                board.runs_command("rm /data/edgepbx.toml.good"), lambda: board.start_again("echo surprise = 1"), board.shines("no configuration that can be used"))
    board.check("the button, held for ten seconds meanwhile, warns in blue", lambda: warned(board))
    board.check("and all begins anew: ended with 5, a new configuration, no phone", board.logs("factory_reset"),
                board.prints("tail -n 1 /tmp/exits", "^5$"), board.shines("no phone is registered"))
    board.check("phones and the time are there: ready, in green", board.runs_command("edgepbx clock --vouch"), lambda: board.start_again(good), board.register,
                board.shines("ready"), board.bar_says(0))
    board.check("one call: green, and the bar shows the load", board.call, board.shines("one call"), board.bar_says(0b111))
    board.check("as many as there may be: blue, and the bar is full", board.call, board.bar_says(0b111111), board.call,
                board.shines("as many calls as there may be"), board.bar_says(0b11111111))
    board.check("all hang up", board.hang_up, board.hang_up, board.hang_up, board.shines("ready"), board.bar_says(0))
    board.check("a self-test that fails is shown in red, and on after the ten seconds of the button", board.runs_command("ip link set lo down"), board.press,
                board.logs("self_test_failed"), board.shines("self-test failed"), lambda: board.pump(11), board.shines("self-test failed"))
    board.check("until one passes", board.runs_command("ip link set lo up"), board.press, board.logs("self_test_passed"), board.shines("ready"))
    board.check("a bug ends it with 70; the next one serves at once, and says so in red", board.runs_command("limit $(pidof edgepbx)"),
                board.logs("thread_failed"), board.register, board.prints("tail -n 1 /tmp/exits", "^70$"), board.shines("it broke down and was started again"))
    board.check("until an orderly end", lambda: board.start_again(good), board.register, board.shines("ready"))
    board.check("no lamp has failed", board.logs("led_driver_failed", 0))


def warned(board):
    since = time.time()
    board.guest.press(11)
    board.shines("factory reset is near", since)()


def pi(board):
    board.check("a Raspberry Pi 3 B without a network: the lines of its board.toml say so",
                board.says(system="ready", network="no link", calls="no call", timer="no session timer is armed"))


def none_of(found):
    assert not found, found


STORIES = {"rgb": rgb, "lines": lines, "named": named, "reset": reset, "pi": pi}     # the longest first

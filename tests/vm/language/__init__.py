"""The language of kboot(8) and kboot.conf(5), a case for each sentence that states a behaviour."""

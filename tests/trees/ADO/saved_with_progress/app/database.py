session = open_session()
